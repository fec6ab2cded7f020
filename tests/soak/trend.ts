/**
 * Whether a quantity keeps growing: the slope of its second half, told so that a few odd
 * samples do not matter (Theil and Sen: the median of the slopes between all pairs).
 */

/** A quantity at a moment. */
export interface Sample {
  readonly seconds: number;
  readonly value: number;
}

/** How much a quantity grows over the second half of its samples; 0 for fewer than four. */
export function growthOfSecondHalf(samples: readonly Sample[]): number {
  const half = samples.slice(samples.length >> 1);
  const [first] = half;
  const last = half.at(-1);
  if (half.length < 4 || first === undefined || last === undefined) return 0;
  return medianSlope(half) * (last.seconds - first.seconds);
}

function medianSlope(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((a, at) =>
    samples.slice(at + 1).map((b) =>
      (b.value - a.value) / (b.seconds - a.seconds)
    )
  ).sort((a, b) => a - b);
  return slopes[slopes.length >> 1] ?? 0;
}
