// Package shard divides a run among several processes or machines and puts the
// parts together again.
//
// What is divided are groups: cells that decode the same instances in turns. A
// group is never split, because its times are compared in pairs and those of
// different machines must not be. [Assign] depends on the plan alone, so that
// all parts agree on it without talking to each other.
//
// [Merge] joins result files of one run. Records are taken as they are; each
// part keeps a session of its own with its environment, so that the merged file
// still says where a request was measured.
package shard
