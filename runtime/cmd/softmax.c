// SPDX-License-Identifier: MIT
/* Logits as probabilities. */
#include <math.h>

#include "softmax.h"

struct softmax softmax_of(const float *logits, int32_t count)
{
	struct softmax s = { .most = logits[0], .least = logits[0] };
	double sum = 0;

	for (int32_t i = 1; i < count; i++) {
		s.least = logits[i] < s.least ? logits[i] : s.least;
		if (logits[i] > s.most) {
			s.most = logits[i];
			s.top = i;
		}
	}
	for (int32_t i = 0; i < count; i++)
		sum += (double)expf(logits[i] - s.most);
	s.log_sum = log(sum);
	return s;
}
