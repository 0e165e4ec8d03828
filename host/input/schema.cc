// The schema of tables inside values, and the way into the whole.
#include "host/input/schema.h"

#include "host/input/schema_rows.h"

namespace copperwall {

using namespace schema_rows;

Section const& quantity_section()
{
    using Q = QuantityParts;
    static Section const section =
        table("quantity", same(), "a number with its range and where it comes from",
              {number("value", required, "typical value", into(&Q::value)),
               number("low", optional, "lowest plausible; absent: value", into(&Q::low)),
               number("high", optional, "highest plausible; absent: value", into(&Q::high)),
               text("source", optional, "who, where, year; absent: the table's", into(&Q::source)),
               choice("status", {"measured", "published", "assumed"}, optional, "absent: the table's",
                      into(&Q::status))});
    return section;
}

Section const& range_section()
{
    using R = RangeParts;
    static Section const section =
        table("range", same(), "sizes from, from * factor, ... up to to",
              {sized("from", Type::size, 1, kLargestSize, required, "first size", into(&R::from)),
               sized("to", Type::size, 1, kLargestSize, required, "no size is larger", into(&R::to)),
               whole("factor", "", 2, 1 << 20, required, "each size over the one before", into(&R::factor))});
    return section;
}

Section const& ends_section()
{
    static Section const section =
        table("ends", same(), "the two ends of a tier's links",
              {text("a", required, "technology at the gpu side", into(&LocatedEnds::a)),
               text("b", required, "technology at the switch side", into(&LocatedEnds::b))});
    return section;
}

Section const& axis_section()
{
    using A = AxisParts;
    static Section const section =
        table("axis", same(), "an axis with a name of its own",
              {text("key", required, "key of the scenario: fabric.ends.rack", into(&A::key)),
               special("values", Type::values, required, "array of values, or a range of sizes",
                       into(&A::values))});
    return section;
}

Section const& axis_value_section()
{
    using P = AxisPoint;
    static Section const section =
        table("axis value", same(), "one value of an axis that sets several keys",
              {text("label", required, "what tables and pictures call it", into(&P::label)),
               special("set", Type::assignments, required, "{ \"collective.op\" = \"all_reduce\", ... }",
                       into(&P::settings))});
    return section;
}

Section const& schema(FileKind kind)
{
    static Section const scenario_table = scenario(), study_table = study(), fabric_table = fabric(),
                         scale_out_table = scale_out(), technology_table = technology(),
                         media_table = media(), channel_table = channel(), reliability_table = reliability(),
                         library_table = library(), wire_table = wire(), measured_table = measured(),
                         validation_table = validation();
    switch (kind) {
        case FileKind::scenario:
            return scenario_table;
        case FileKind::study:
            return study_table;
        case FileKind::fabric:
            return fabric_table;
        case FileKind::scale_out:
            return scale_out_table;
        case FileKind::technology:
            return technology_table;
        case FileKind::media:
            return media_table;
        case FileKind::channel:
            return channel_table;
        case FileKind::reliability:
            return reliability_table;
        case FileKind::wire:
            return wire_table;
        case FileKind::measured:
            return measured_table;
        case FileKind::validation:
            return validation_table;
        case FileKind::library:
            break;
    }
    return library_table;
}

}  // namespace copperwall
