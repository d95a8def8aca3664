// PURE. Random numbers that follow from a seed: for synthetic loads, benchmarks and drills that can be repeated.
// It must never be used where something has to be secret.

/** Numbers in [0, 1). */
export type Draw = () => number;

/** mulberry32: numbers in [0, 1) that depend on the seed alone. */
export function generator(seed: number): Draw {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed for `generator` out of any text (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** 0 to `size` - 1. */
export function below(draw: Draw, size: number): number {
  return Math.floor(draw() * size);
}

/** Standard normal (Box-Muller). */
export function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** Lognormal with this mean, whatever its spread: sigma is that of the logarithm. */
export function logNormal(draw: Draw, mean: number, sigma: number): number {
  return mean * Math.exp(sigma * normal(draw) - (sigma * sigma) / 2);
}

/** How many events of that mean there are: by adding up waiting times, so for means of up to a few thousand. */
export function poisson(draw: Draw, mean: number): number {
  let count = 0;
  for (let sum = exponential(draw); sum < mean; sum += exponential(draw)) count += 1;
  return count;
}

/** A waiting time with mean 1. */
function exponential(draw: Draw): number {
  return -Math.log(1 - draw());
}
