/** Micro-USD as USD: cents, and further digits where there are any. By whole numbers, which are exact and quick. */
export function usdText(micro: number): string {
  const whole = Math.floor(micro / 1e6);
  let fraction = micro - whole * 1e6;
  let digits = 6;
  while (digits > 2 && fraction % 10 === 0) {
    fraction /= 10;
    digits--;
  }
  return `${whole}.${String(fraction).padStart(digits, "0")}`;
}
