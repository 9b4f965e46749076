/* SPDX-License-Identifier: MIT */
/* Verilator has a header of this name; here is nothing to say. */
