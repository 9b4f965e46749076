#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.t: formal proofs of small blocks of the RTL (docs/formal.md), each followed by proofs that must fail, of the same
# block with one fault put in. LONG=1 proves more sizes; ONLY=WORD runs only what has WORD in its title.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
ulimit -t 600 # seconds of processor time a solver may take before it counts as failed

count=0 failed=0
long=${LONG:-} only=${ONLY:-}
name=${only:-all}
work=build/formal/${name//[^a-z0-9_]/}${long:+-long}

# The current proof: title, top, its parameters, the modules, those of the parts whose properties are used, cycles, folder.
title='' top='' params=() modules=() with='' depth=1 dir=''

report() { # OK TITLE [LOG]
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=1
		echo "not ok $count - $2"
		tail -n 15 "$3" | sed 's/^/# /'
	fi
}

# Copies of the modules in $dir; the top, and the parts in $with, have their properties as their last lines.
copy() {
	local module from
	rm -rf "$dir" && mkdir -p "$dir"
	for module in "${modules[@]}"; do
		from=hw/rtl/$module.sv
		if [[ " $top $with " == *" $module "* ]]; then
			sed 's,^endmodule,`include "tests/formal/'"$module"'.svh"\n&,' "$from" > "$dir/$module.sv"
		else
			cp "$from" "$dir/$module.sv"
		fi
	done
}

# $dir/model.smt2: the model of the top as a state transition system. No signal is without a driver.
model() {
	local set='' files='' i lemmas=''
	# What is proven of a FIFO alone is assumed where it is a part; so its memory is not needed there.
	# shellcheck disable=SC2016 # a name of Yosys
	[ "$top" = ing_fifo ] || lemmas='cutpoint *ing_fifo*/t:\$memrd*'
	for ((i = 0; i < ${#params[@]}; i += 2)); do set+=" -chparam ${params[i]} ${params[i + 1]}"; done
	for i in "${modules[@]}"; do files+=" $dir/$i.sv"; done
	scripts/toolbox run yosys -q -e 'implicitly declared' -l "$dir/yosys.log" -p "
		read_verilog -sv -formal -noautowire -DTOP_$top -DING_NO_CLKGATE hw/rtl/gen/ing_pkg.sv
		read_verilog -sv -formal -noautowire -defer -DTOP_$top -DING_NO_CLKGATE $files
		hierarchy -check -top $top $set
		proc; $lemmas
		flatten; opt_clean; check -assert
		prep -nordff; memory_nordff; async2sync
		chformal -assume -early; formalff -setundef -ff2anyinit
		opt -fast; opt_clean; dffunmap
		write_smt2 -wires $dir/model.smt2" > "$dir/yosys.out" 2>&1
}

solve() { # LOG ARGS...
	local log=$1
	shift
	scripts/toolbox run yosys-smtbmc -s boolector --noprogress --presat "$@" "$dir/model.smt2" > "$log" 2>&1
}

# proof TITLE TOP CYCLES [NAME=VALUE...] -- MODULES...: for all time, by induction over one cycle. MODULES are the top and
# its parts; +PART: with its properties. CYCLES is how long the faults that follow have to show themselves after reset;
# 0: too long, the induction must fail.
proof() {
	title=$1 top=$2 depth=$3 params=()
	local part
	shift 3
	while [ "$1" != -- ]; do
		params+=("${1%%=*}" "${1#*=}")
		shift
	done
	shift
	modules=("${@#+}") with=''
	for part; do [[ $part != +* ]] || with+=" ${part#+}"; done
	[[ $title == *"$only"* ]] || return 0
	dir=$work/$((count + 1))
	copy
	if ! model; then
		report 1 "$title" "$dir/yosys.out"
	elif ! solve "$dir/base.log" -t 2; then
		report 1 "$title" "$dir/base.log"
	else
		solve "$dir/step.log" -i -t 1
		report $? "$title" "$dir/step.log"
	fi
}

# fault WHAT MODULE SED: the proof before, with SED run over the copy of MODULE, must find an assertion that fails.
fault() {
	[[ $title == *"$only"* ]] || return 0
	dir=$work/$((count + 1))
	copy
	local before
	before=$(sum "$dir/$2.sv")
	sed -i -E "$3" "$dir/$2.sv"
	if [ "$before" = "$(sum "$dir/$2.sv")" ]; then
		echo "the fault changes nothing in $2.sv: $3" > "$dir/fault.log"
		report 1 "  noticed: $1" "$dir/fault.log"
	elif ! model; then
		report 1 "  noticed: $1" "$dir/yosys.out"
	else
		if [ "$depth" = 0 ]; then solve "$dir/fault.log" -i -t 1; else solve "$dir/fault.log" -t "$depth"; fi
		grep -q 'Assert failed' "$dir/fault.log"
		report $? "  noticed: $1" "$dir/fault.log"
	fi
}

proof 'ing_mem_check: allowed exactly by the rule, fault record as documented' ing_mem_check 1 -- ing_mem_check
fault 'the sum wraps' ing_mem_check "s/\{1'b0, off_i\} \+ \{27'd0, run_i\}/33'(off_i + {26'd0, run_i})/"
fault 'a slot with EXEC can be written' ing_mem_check "s/perm_ok = 1'b0;/perm_ok = write_i;/"
fault 'one unit too many' ing_mem_check "s/<= \{2'b00, len_i\}/<= {2'b00, len_i} + 34'd1/"

for size in 1x2 8x16 577x16 ${long:+32x4 14x64 64x128 512x512}; do
	proof "ing_fifo $size: nothing lost, doubled, overtaken or overfull" ing_fifo 8 Width="${size%x*}" Depth="${size#*x}" -- ing_fifo
done
proof 'ing_fifo 4x4: nothing lost, doubled, overtaken or overfull' ing_fifo 12 Width=4 Depth=4 -- ing_fifo
fault 'a word offered is overwritten' ing_fifo 's/~rvalid_o \| rready_i/1'"'b1"'/'
fault 'a word comes while it is full' ing_fifo 's/wvalid_i & ~fill\[AW\]/wvalid_i/'
fault 'clear leaves the offered word' ing_fifo "s/rvalid_o <= 1'b0;/rvalid_o <= clr_i;/"

proof 'ing_cmd_queues: each command once, in order, with its wait targets; the gated clock sleeps only while nothing moves' \
	ing_cmd_queues 2 -- ing_cmd_queues ing_clkgate +ing_fifo
proof 'ing_cmd_queues, 2 commands a queue: the same' ing_cmd_queues 6 Depth=2 -- ing_cmd_queues ing_clkgate +ing_fifo
fault 'a stream command enters one queue although the other is full' ing_cmd_queues 's/fq_room \&\& sq_room/fq_room/'
fault 'waits for one command too few' ing_cmd_queues "s/vec_iss_i \+ 16'd1 - \{12'd0, wait_fetch\}/vec_iss_i - {12'd0, wait_fetch}/"
fault 'the clock stops one cycle early' ing_cmd_queues 's/ \|\| moved_q//'
fault 'the vector queue gets the counts of the other kind' ing_cmd_queues 's/str_target, str_iss_i/str_target, vec_iss_i/'

proof 'ing_axi_read: requests become bursts in order, answers find their tags, AXI rules kept' \
	ing_axi_read 6 TagBits=10 -- ing_axi_read
proof 'ing_axi_read, 2 bursts: the same' ing_axi_read 10 Outstanding=2 -- ing_axi_read
fault 'a burst too many' ing_axi_read 's/ \&\& !full;/;/'
fault 'the address changes while it waits' ing_axi_read 's/\(!arvalid_q \|\| m_arready_i\) \&\& //'
fault 'the tag of the next burst' ing_axi_read 's/tag_mem\[rptr_q\[PtrBits-1:0\]\];/tag_mem[wptr_q[PtrBits-1:0]];/'

proof 'ing_axi_write: one source at a time, its payload, answers find their source, AXI rules kept' \
	ing_axi_write 6 PortBits=64 -- ing_axi_write
proof 'ing_axi_write, 2 bursts: the same' ing_axi_write 10 PortBits=16 Outstanding=2 -- ing_axi_write
fault 'both sources start' ing_axi_write 's/b_valid_i \&\& !a_valid_i/b_valid_i/'
fault 'a burst starts before the one before has its last beat' ing_axi_write "s/ \&\& left_q == 8'd0\)\) \&\&/)) \&\&/"
fault 'a beat is overwritten' ing_axi_write 's/\(!wvalid_q \|\| m_wready_i\)/1/'
fault 'the answer goes to the other source' ing_axi_write 's/<= !a_valid_i;/<= a_valid_i;/'

for bits in 64 512 ${long:+128 256}; do
	proof "ing_mem_read, $bits bits: every burst lies in a slot that permits it, answers and refusals in order, fair turns" \
		ing_mem_read 8 PortBits="$bits" -- ing_mem_read ing_mem_check +ing_axi_read
done
fault 'a run begins where it ends' ing_mem_read "s/sl_base_i \+ a_off_q/sl_base_i + {25'd0, a_len_q} + a_off_q/"
fault 'a burst crosses a page' ing_mem_read "s/PageMask = MostUnits - 1/PageMask = MostUnits \/ 2 - 1/"
fault 'a refused run goes all the same' ing_mem_read 's/b_valid_q \&\& b_ok_q/b_valid_q/g'
fault 'the stream passes copies for ever' ing_mem_read 's/turn_q <= rq_valid_i.*/turn_q <= 0;/'
fault 'a request too many' ing_mem_read "s/fill_q < 3'd4/fill_q <= 3'd4/"
fault 'a burst gets the tag of a later request' ing_mem_read 's|\{s_slot_q, s_src_q\}\),|{s_slot_q, b_src_q}),|'

for bits in 64 512 ${long:+128 256}; do
	proof "ing_mem_write, $bits bits: every beat lies in a slot that permits it, the first refusal stays, vector engine first" \
		ing_mem_write 8 PortBits="$bits" -- ing_mem_write ing_mem_check +ing_axi_write
done
fault 'a beat goes while its slot is judged' ing_mem_write 's/!v_started_q \&\& ok \&\& !wq_fault_o/!v_started_q \&\& !wq_fault_o/'
fault 'beats go after a refusal' ing_mem_write 's/\(v_valid_q \&\& !v_started_q \&\& ok \&\& !wq_fault_o\)/(v_valid_q \&\& !v_started_q \&\& ok)/'
fault 'a beat is replaced while it waits' ing_mem_write 's/!hold_i \&\& !v_valid_q/!hold_i \&\& !v_started_q/'
fault 'a later refusal replaces the first' ing_mem_write 's/\&\& !ok \&\& !wq_fault_o\)/\&\& !ok)/'

for bits in 128 512 ${long:+64 256}; do
	proof "ing_host_axi, $bits bits: one source at a time, rings first, payload and answers of the winner, AXI rules kept" \
		ing_host_axi 5 PortBits="$bits" -- ing_host_axi +ing_axi_read +ing_axi_write
done
fault 'copies read with the address of the rings' ing_host_axi 's/rr_valid_i \? rr_unit_i : hr_unit_i/rr_unit_i/'
fault 'both sources are told that their read was taken' ing_host_axi 's/ \&\& !rr_valid_i;/;/'
fault 'data of rings and copies mixed up' ing_host_axi 's/rs_valid \&\& rs_tag;/rs_valid \&\& !rs_tag;/; s/(hr_rvalid_o = .*)!rs_tag/\1rs_tag/'
fault 'reads go on while held' ing_host_axi 's/rq_ready \&\& !hold_i;/rq_ready;/; s/ \&\& !hold_i\),/),/'

proof 'ing_mem_slots: a lookup gives what was written last, until the next one' ing_mem_slots 4 -- ing_mem_slots
fault 'a write of one word changes another' ing_mem_slots 's/wword_i == 2.\(ing_pkg::ING_SLOT_LEN \/ 4\)/wword_i[1:0] != 0/'
fault 'the answer does not stay' ing_mem_slots 's/if \(en_i\) perm_o/perm_o/'

proof 'ing_mem: both sides see the slots that were written and none else; the gated clock sleeps only while nothing moves' \
	ing_mem 0 PortBits=64 -- ing_mem ing_mem_read ing_mem_write ing_mem_check +ing_mem_slots ing_axi_read +ing_axi_write ing_clkgate
fault 'the register port looks up while a beat is judged' ing_mem 's/ \&\& wq_idle_o;/;/'
fault 'requests are accepted before the permissions are taken away' ing_mem 's/hold_i \|\| !init_q\[8\]/hold_i/'
fault 'the clock does not wait for answers' ing_mem 's/ \|\| !w_idle \|\| !wq_idle_o/ || !wq_idle_o/'

# What those above are promised by the ones that ask them.
for bits in 64 512 ${long:+128 256}; do
	proof "ing_fetch, $bits bits: no request is empty or crosses a border of 64 units, whatever the commands" \
		ing_fetch 14 PortBits="$bits" -- ing_fetch ing_fifo
done
fault 'a matmul of no rows is walked' ing_fetch "s/fmt_bad \| rows_q == 20'd0 \| /fmt_bad | /"
fault 'units are merged across a border' ing_fetch "s/addr_q\[5:0\] \+ piece\[5:0\] == 6'd0/addr_q[6:0] + piece == 7'd0/"

for bits in 512 64 ${long:+128 256}; do
	proof "ing_host_copy, $bits bits: no run is empty or crosses a border of 16 units" \
		ing_host_copy 6 PortBits="$bits" -- ing_host_copy ing_fifo
done
fault 'runs begin anywhere' ing_host_copy "s/5'd16 - \{1'b0, dst_q\[3:0\]\}/5'd16/g"
for bits in 512 64 ${long:+128 256}; do
	proof "ing_host_rings, $bits bits: a completion is one aligned burst within a page" \
		ing_host_rings 6 PortBits="$bits" -- ing_host_rings
done
fault 'a completion too long' ing_host_rings 's/CompBeats - 1\);/CompBeats);/'
for bits in 64 ${long:+128 256} 512; do
	proof "ing_append, $bits bits: a beat lies within its unit and stays until it is taken" \
		ing_append 9 PortBits="$bits" -- ing_append
done
fault 'an address changes while its beat waits' ing_append 's/if \(room \&\& \(state_q == Words/if ((state_q == Words/'
fault 'the beat is that of a wider unit' ing_append 's/(wq_sub_o  <= 3.\(p_q\[5:0\] >> \(LaneLog) \+ 2/\1 + 1/'

echo "1..$count"
exit $failed
