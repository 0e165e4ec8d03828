//! Builds each fabric once, however many cells use it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/fabric/fabric.h"

namespace copperwall {

class FabricCache {
public:
    //! Throws InputError as build_fabric() does.
    std::shared_ptr<Fabric const> get(ScenarioSpec const& scenario);

    //! In the order in which they were first asked for.
    std::vector<std::shared_ptr<Fabric const>> const& all() const { return all_; }

private:
    std::map<std::string, std::shared_ptr<Fabric const>> by_content_;
    std::vector<std::shared_ptr<Fabric const>> all_;
};

}  // namespace copperwall
