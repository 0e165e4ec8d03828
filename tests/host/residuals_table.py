#!/usr/bin/python3
"""residuals_table.py RESIDUALS.csv: README's table of errors, from what copperwall validate -o wrote."""
import csv
import statistics
import sys

rows = [row for row in csv.DictReader(open(sys.argv[1])) if row["error"]]


def group(source, gpus=None, protocol=""):
    """Rows whose source_id holds one of the words, of so many gpus (a function), and whose protocol holds a word."""
    return lambda row: (any(word in row["source_id"] for word in source)
                        and (gpus is None or gpus(int(row["gpus"])))
                        and protocol in row["algorithm_protocol"])


GROUPS = [
    ("NCCL, 2 to 8 H100 and H200", group(["S01_", "S34_", "S36_", "nccl_h100"])),
    ("NCCL, 2 to 8 B200", group(["nccl_b200"])),
    ("NCCL, 2 and 4 GB200 of a tray", group(["nccl_gb200"])),
    ("NCCL, 72 GB200 (NVL72)", group(["S08_"])),
    ("NCCL, two nodes of 8 H100 over EFA", group(["S03_"])),
    ("TensorRT-LLM's all-reduce in a CUDA graph, 2 to 8 H100", group(["custom_ar_h100"])),
    ("the same, B200", group(["custom_ar_b200"])),
    ("one-sided dispatch and combine, 2 to 32 of NVL72", group(["S42_"], protocol="OneSided")),
    ("two-sided dispatch and combine, 2 to 32 of NVL72", group(["S42_"], protocol="TwoSided")),
    ("DeepEP low latency, 8 H100", group(["S43_"], lambda n: n == 8)),
    ("the same, 16 to 64 over NICs", group(["S43_"], lambda n: n > 8)),
    ("all", lambda row: True),
]

for name, holds in GROUPS:
    errors = [100 * float(row["error"]) for row in rows if holds(row)]
    sizes = [abs(error) for error in errors]
    print(f"| {name} | {len(errors):,} | {statistics.median(sizes):.1f} % | {statistics.mean(sizes):.1f} % "
          f"| {statistics.mean(errors):+.1f} % |")
