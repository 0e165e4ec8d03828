//! Rows of a measured table that a library explains, and how well it does, by closed forms.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/command/commands.h"
#include "host/fabric/fabric.h"
#include "host/input/measured_table.h"

namespace copperwall {

class LibraryRows {
public:
    //! Of `table` those that the rules run with `library`, alone or among others. Throws InputError for rules
    //! where there is no such row. Rows that cannot run are left out.
    LibraryRows(MeasuredTable const& table, ValidationSpec const& rules, std::string const& library,
                unsigned threads);

    std::size_t size() const { return rows_.size(); }

    //! As the rules' scenarios load it.
    LibrarySpec const& library() const { return library_; }

    //! Its file.
    std::string const& library_text() const { return library_text_; }

    //! ln(closed form / measured) of the rows `of`, in their order, with `changed` in the library's place.
    std::vector<double> log_errors(LibrarySpec const& changed, std::vector<std::size_t> const& of);

    //! Whether, at the last log_errors() of it, a row ran with the library and not with another.
    std::vector<char> const& own() const { return own_; }

    //! Of each row: rows of one source, collective and number of gpus have one number, from 0.
    std::vector<std::size_t> const& series() const { return series_; }

private:
    struct Model {
        ScenarioSpec scenario;
        std::shared_ptr<Fabric const> fabric;
        bool of_library = false;
    };
    struct Row {
        std::vector<std::size_t> models;  //!< candidates
        std::int64_t bytes = 0;
        double measured_us = 0;
    };

    struct Fastest {
        double us = 0;
        bool of_library = false;
    };

    Fastest fastest(Row const& row) const;

    std::vector<Model> models_;
    std::vector<Row> rows_;
    std::vector<std::size_t> series_;
    std::vector<char> own_;
    LibrarySpec library_;
    std::string library_text_;
    unsigned threads_;
};

}  // namespace copperwall
