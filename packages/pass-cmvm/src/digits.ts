/**
 * The canonical signed digits of an integer: powers of two with signs, no two adjacent, the fewest possible.
 *
 * @returns pairs (power, negative), the least power first.
 */
export function signedDigits(value: number): { readonly power: number; readonly negative: boolean }[] {
  const digits: { power: number; negative: boolean }[] = [];
  let rest = value;
  for (let power = 0; rest !== 0; power++) {
    if (rest % 2 !== 0) {
      // 2 minus the remainder of 4: 1 for …01, -1 for …11, so that the next digit is 0.
      const digit = 2 - (((rest % 4) + 4) % 4);
      digits.push({ power, negative: digit < 0 });
      rest -= digit;
    }
    rest /= 2;
  }
  return digits;
}

/** How many signed digits an integer needs at least. */
export function digitCount(value: number): number {
  let count = 0;
  for (let rest = Math.abs(value); rest !== 0; rest /= 2) {
    if (rest % 2 === 0) continue;
    count++;
    rest -= 2 - (rest % 4);
  }
  return count;
}
