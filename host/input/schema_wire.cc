// The schema of topologies/wire/: wire formats.
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

Section wire()
{
    using W = WireSpec;
    return file(
        "topologies/wire/NAME.toml: packets as they are on a wire", {},
        {sourced(table(
            "wire", same_at(&W::place), "a wire format; tiers name it",
            {text("title", required, "name for people", into(&W::title)),
             whole_quantity("payload_bytes", "bytes", 1, 1e6, required,
                            "largest payload that is sent in a packet, a multiple of the flit",
                            into(&W::payload_bytes)),
             whole_quantity("header_bytes", "bytes", 0, 4096, required,
                            "of every packet: headers, checks, gap", into(&W::header_bytes)),
             whole_quantity("flit_bytes", "bytes", 1, 4096, required, "payload is rounded up to it",
                            into(&W::flit_bytes)),
             whole_quantity("ack_bytes", "bytes", 0, 4096, required,
                            "for every packet in the other direction, where it takes its share of the rate",
                            into(&W::ack_bytes)),
             whole_quantity("mtu_bytes", "bytes", 1, 1e6, required, "largest payload that the format allows",
                            into(&W::mtu_bytes))}))});
}

}  // namespace copperwall::schema_rows
