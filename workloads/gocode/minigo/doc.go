// Package minigo runs small Go functions that nobody trusts.
//
// Text goes through four gates. [Load] counts brackets, parses (go/parser),
// type-checks (go/types, with an importer that refuses every import) and then
// looks for anything outside the subset. Between parser and type checker it
// refuses what would be slow there: deep trees, and types that are large or can
// grow with every declaration. What passes becomes a [Program], and
// [Program.Call] evaluates a function of it by walking its syntax tree.
//
// The subset is what short functions over numbers, text, slices and maps need:
// integers of all sizes except uint, uint64 and uintptr, which wrap as in Go;
// bool, string, slices, arrays, maps with basic keys; all of if, for, range,
// switch, labelled break and continue; several and named results; recursion,
// helper functions and function literals; constants of literals; the built-in
// functions append, cap, clear, copy, delete, len, make, max, min and panic.
// Not in it: imports, packages, goroutines, channels, defer, goto, types of
// one's own, structs, pointers, interfaces, methods, generics, floats, variadic
// functions, variables outside functions.
//
// It is safe by construction rather than by isolation: a program has no value
// through which it could reach a file, a clock, another goroutine or memory it
// was not given, and everything it does is counted. A call ends after a fixed
// number of steps, bytes and nested calls ([Limits]), the same on every machine,
// so a verdict never depends on how busy the machine is. The order in which a
// map is walked is fixed too: every call of a program that walks a map is made
// twice, in opposite orders, and has to give the same result.
package minigo
