// Functions compiled for several processors, of which the loader picks one: registers of 512 bits, of 256 bits, any.
//
// Such a function must not throw, nor call what may: unwinding through the dispatch of g++ 12 ends the process.
#pragma once

#define QUERN_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]

// What it calls is compiled for the processor only where it is inlined: functions, and lambdas after their parameters.
#define QUERN_INLINE [[gnu::always_inline]]
#define QUERN_LAMBDA __attribute__((always_inline))
