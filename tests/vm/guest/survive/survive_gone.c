// SPDX-License-Identifier: MIT
/*
 * The simulated board dies under load: its process is killed. All jobs end, the driver lets go of what is
 * left, the kernel lives. The last campaign of a guest, for nothing brings the board back.
 */
#include "campaign.h"
#include "tests/vm/guest/lib/host.h"
#include "module.h"

/* Less than clients wait for the device to come back. */
#define SECONDS 50

static unsigned int plan_clients(const struct campaign *campaign, struct client_plan *plans)
{
	unsigned int n = campaign_innocents(campaign, plans);

	for (unsigned int i = 0; i < n; i++)
		plans[i].may = MAY_VANISH | MAY_LOSE_JOBS | MAY_FAIL_COPIES;
	return n;
}

int main(int argc, char **argv)
{
	struct client_plan plans[CROWD_MAX];
	struct campaign campaign;
	struct crowd *crowd;

	campaign_begin(&campaign, argc, argv, 1, 1, "Lets the simulated board's process be killed");
	if (!host_is_there())
		bail_out("nobody to kill the board: run this by scripts/vm");
	module_set("timeout_ms", 2000);
	crowd = crowd_begin(plans, plan_clients(&campaign, plans));
	ok(crowd_advance(crowd, SECONDS), "the device works");
	host_tell("vm server kill");
	ok(crowd_await_away(crowd, SECONDS), "all jobs end when the board is gone");
	crowd_end(crowd);
	ok(module_await_unload(), "the module can be removed");
	leak_check(&campaign.mark, 2048);
	return tap_done();
}
