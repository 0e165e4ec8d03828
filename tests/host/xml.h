//! A strict reader of the XML that reports are written in: elements, attributes, text; no comments, no CDATA.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace copperwall::xml {

struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text;  //!< entities resolved; of this element alone
    std::vector<Element> children;

    double number(std::string const& attribute) const { return std::stod(attributes.at(attribute)); }
    bool has(std::string const& attribute, std::string const& value) const
    {
        auto const found = attributes.find(attribute);
        return found != attributes.end() && found->second == value;
    }
};

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    Element document()
    {
        if (starts("<!DOCTYPE html>")) take(15);
        skip_space();
        auto root = element();
        skip_space();
        if (!rest_.empty()) fail("text after the root element");
        return root;
    }

private:
    [[noreturn]] void fail(std::string const& what) const
    {
        throw std::runtime_error(what + " before: " + std::string{rest_.substr(0, 60)});
    }
    bool starts(std::string_view prefix) const { return rest_.substr(0, prefix.size()) == prefix; }
    std::string take(std::size_t n)
    {
        auto const taken = std::string{rest_.substr(0, n)};
        rest_.remove_prefix(std::min(n, rest_.size()));
        return taken;
    }
    void expect(std::string_view text)
    {
        if (!starts(text)) fail("expected '" + std::string{text} + "'");
        take(text.size());
    }
    void skip_space()
    {
        while (!rest_.empty() && std::string_view{" \n\t\r"}.find(rest_[0]) != std::string_view::npos)
            take(1);
    }
    std::string until(std::string_view stops)
    {
        auto const end = rest_.find_first_of(stops);
        if (end == std::string_view::npos) fail("unfinished");
        return take(end);
    }
    static std::string resolved(std::string const& raw)
    {
        static std::map<std::string, std::string> const entities = {
            {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"#39", "'"}};
        std::string text;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] != '&') {
                text += raw[i];
                continue;
            }
            auto const end = raw.find(';', i);
            if (end == std::string::npos) throw std::runtime_error("a bare & in: " + raw);
            text += entities.at(raw.substr(i + 1, end - i - 1));
            i = end;
        }
        return text;
    }
    void attribute(Element& e)
    {
        auto const name = until("= />");
        expect("=\"");
        auto const value = until("\"<");
        expect("\"");
        if (!e.attributes.emplace(name, resolved(value)).second) fail("attribute " + name + " twice");
    }
    Element element()
    {
        expect("<");
        Element e;
        e.name = until(" \n/>");
        for (skip_space(); !starts("/>") && !starts(">"); skip_space()) attribute(e);
        if (starts("/>")) {
            take(2);
            return e;
        }
        expect(">");
        while (!starts("</")) {
            e.text += resolved(until("<"));
            if (!starts("</")) e.children.push_back(element());
        }
        expect("</" + e.name + ">");
        return e;
    }

    std::string_view rest_;
};

inline Element parse(std::string_view text)
{
    return Reader{text}.document();
}

template <class Predicate>
void collect(Element const& e, Predicate const& wanted, std::vector<Element const*>& found)
{
    if (wanted(e)) found.push_back(&e);
    for (auto const& child : e.children) collect(child, wanted, found);
}

template <class Predicate>
std::vector<Element const*> all(Element const& root, Predicate const& wanted)
{
    std::vector<Element const*> found;
    collect(root, wanted, found);
    return found;
}

inline std::vector<Element const*> named(Element const& root, std::string const& name)
{
    return all(root, [&](Element const& e) { return e.name == name; });
}

inline std::vector<Element const*> texts(Element const& root, std::string const& text)
{
    return all(root, [&](Element const& e) { return e.name == "text" && e.text == text; });
}

}  // namespace copperwall::xml
