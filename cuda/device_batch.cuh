//! What the batch kernel works on: scenarios side by side, each driven by a group of blocks.
#pragma once

#include "cuda/grid_loop.h"

namespace copperwall {

//! Device memory handed out in order and never taken back before all of it.
struct DeviceArena {
    char* base = nullptr;
    unsigned long long capacity = 0;
    unsigned long long used = 0;
    unsigned long long reserve_bytes = 0;  //!< what a window may take besides doubling all that is here

    //! Room for one more window.
    CW_HD bool lasts() const { return 2 * used + reserve_bytes <= capacity; }
};

struct DeviceScenario {
    Model model;
    State state;
    Wiring wiring;
    Control* control = nullptr;
    DeviceArena* arena = nullptr;  //!< of its rings and runs
    StepUse* steps = nullptr;
    unsigned long long* hash = nullptr;
};

//! A group of blocks: the scenario it drives, and its barrier.
struct alignas(64) DeviceGroup {
    std::uint32_t scenario = kNone;
    std::uint32_t fresh = 0;
    std::uint32_t arrived = 0;
    std::uint32_t round = 0;
};

inline constexpr unsigned kMostWarps = 8;  //!< of a block

//! Lists that the lanes of a block share; kept between launches.
struct BlockLists {
    Scratch<Item> items;
    Scratch<std::uint64_t> keys;
    Scratch<CreditTrain> freed_trains;
    Scratch<LinkId> touched;
    Scratch<LinkId> credited;
    Scratch<Completion> arrivals[kMostWarps];
};

//! Lists of one lane; kept between launches.
struct LaneLists {
    Scratch<std::uint64_t> keys;
    Scratch<FreedSlots> freed;
    Scratch<Receipt> receipts;
    Scratch<Completion> arrivals;  //!< where it steps gpus alone
};

struct DeviceBatch {
    DeviceScenario const* scenarios = nullptr;
    std::uint32_t count = 0;
    std::uint32_t* next = nullptr;  //!< the first scenario that no group has taken
    DeviceGroup* groups = nullptr;
    std::uint32_t group_blocks = 1;
    BlockLists* block_lists = nullptr;    //!< [gridDim.x]
    LaneLists* lane_lists = nullptr;      //!< [gridDim.x * blockDim.x]
    std::uint32_t* port_words = nullptr;  //!< [gridDim.x * port_words_of_block()]; null: in shared memory
    std::uint32_t ports = 0;              //!< most of a node
    std::uint32_t shared_keys = 0;        //!< of a step, in shared memory; more are in the arena
    DeviceArena* lists = nullptr;         //!< of scratch lists, of all blocks
    std::uint32_t* arena_overflowed = nullptr;  //!< in host memory: it outlives a failed launch
    long long pause_after_cycles = 0;
};

}  // namespace copperwall
