#!/usr/bin/env python3
"""Prints README's GPU table from a file of `copperwall bench --backend cuda --format json`."""
import json
import sys

TRAFFIC = {
    "a2a_72": "one 72-GPU all-to-all, packets one by one",
    "a2a_576": "one 576-GPU all-to-all, two tiers",
    "a2a_1152": "one 1152-GPU all-to-all, two tiers, short",
    "full_a2a_1152": "one 1152-GPU all-to-all, two tiers, 8 planes of 16 packets a message",
    "ring_72": "one 72-GPU ring, trains",
    "incast_72": "72 senders into random others",
    "sparse_576": "576 GPUs, single packets far apart",
    "folded_ring_576": "576-GPU ring, planes folded",
    "folded_ring_1152": "1152-GPU ring, planes folded",
    "folded_a2a_576": "576-GPU all-to-all, folded",
    "folded_a2a_1152": "1152-GPU all-to-all, folded",
    "credits_a2a_72": "the first, with a round trip's buffers",
    "credits_ring_72": "the ring, with a round trip's buffers",
    "credits_incast_72": "the incast, with a round trip's buffers",
    "batch16_a2a_72": "16 short 72-GPU all-to-alls at once",
    "batch64_a2a_72": "64 of them",
    "batch256_a2a_72": "256 of them",
}


def main():
    with open(sys.argv[1]) as file:
        bench = json.load(file)
    print("| case | traffic | hops | kernel ms | M hops / s in kernels | M hops / s in all | us a window |")
    print("|---|---|---|---|---|---|---|")
    for row in bench["rows"]:
        hops = row["hops"]
        print(
            f"| {row['case']} | {TRAFFIC[row['case']]} | {hops / 1e6:.0f} M | {1e3 * row['kernel_s']:.1f} "
            f"| {hops / row['kernel_s'] / 1e6:.0f} | {hops / row['wall_s'] / 1e6:.0f} "
            f"| {1e6 * row['kernel_s'] / row['windows']:.1f} |"
        )


main()
