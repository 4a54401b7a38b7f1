// How long a text is as a text message; the same arithmetic as reminders/services/sms.py, which decides.
// Browsers know CP949 under the name of euc-kr, but only how to read it: its letters are read out once.

const STAND_INS = new Map([
  ["–", "-"], ["—", "-"], ["‑", "-"], ["\u00a0", " "], ["•", "·"], ["〜", "~"], ["\t", " "],
]);
let letters;

function twoByteLetters() {
  if (letters) return letters;
  letters = new Set();
  const decoder = new TextDecoder("euc-kr", { fatal: true });
  const pair = new Uint8Array(2);
  for (pair[0] = 0x81; pair[0] < 0xff; pair[0] += 1) {
    for (pair[1] = 0x41; pair[1] < 0xff; pair[1] += 1) {
      try {
        const sign = decoder.decode(pair);
        if ([...sign].length === 1) letters.add(sign);
      } catch {
        // No letter has these two bytes.
      }
    }
  }
  return letters;
}

export function measure(text, { short, long }) {
  let bytes = 0;
  const outside = new Set();
  for (const written of text.replaceAll("\r\n", "\n")) {
    const sign = STAND_INS.get(written) ?? written;
    if (sign.codePointAt(0) < 0x80) bytes += 1;
    else if (twoByteLetters().has(sign)) bytes += 2;
    else {
      bytes += 1;
      outside.add(sign);
    }
  }
  const size = bytes <= short ? "short" : bytes <= long ? "long" : "too_long";
  return { bytes, size, outside: [...outside] };
}

// The beginning of a text that a phone shows before the message is opened; never half a letter.
export function seen(text, limit) {
  let taken = 0;
  let shown = "";
  for (const sign of text) {
    taken += twoByteLetters().has(sign) ? 2 : 1;
    if (taken > limit) break;
    shown += sign;
  }
  return shown;
}
