/* SPDX-License-Identifier: MIT */
/* The scratchpad of a netlist cannot be looked at. */
