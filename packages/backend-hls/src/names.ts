/** Words that a function cannot be called by. */
const reserved = new Set(
  "alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl const constexpr const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern false float for friend gatefold goto hls if inline int long main mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast return run_frame short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq".split(
    " ",
  ),
);

/** A C++ identifier from a network's name. */
export function topName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .replace(/__+/g, "_");
  if (plain === "") return "network";
  return /^[0-9]/.test(plain) || reserved.has(plain) ? `net_${plain}` : plain;
}
