/* Canonical text, version 1. discussions/passages/canon.py is the specification; the tests hold both to one result. */

export const VERSION = 1;

const names = (text) => new Set(text.split(" "));
const skipped = names(
  "script style iframe svg math noscript template button audio video object canvas select textarea",
);
const blocks = names(
  "address article aside blockquote caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul",
);
const space = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
/* White space, or words with single spaces between them: these stand in the text as they stand in the page. */
const pieces = new RegExp(`[^${space}]+(?: [^${space}]+)*|[${space}]+`, "g");
const isSpace = new RegExp(`^[${space}]`);

/** Code points of a string; and UTF-16 units that its first `points` take. Without pairs, both are the same. */
const pair = /[\ud800-\udbff]/;
const count = (text) => (pair.test(text) ? [...text].length : text.length);
const units = (text, points) => (pair.test(text) ? [...text].slice(0, points).join("").length : points);

/** How many of `list`, from its beginning, hold for `test`: the list must say yes first and no from some item on. */
function holds(list, test) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Read an element. Offsets are code points of `text`; `range` and `offsets` lead from them to the page and back. */
export function canonical(root) {
  // A run is what stands in one text node as it stands in the text: at its offset, `size` code points of it.
  const runs = [];
  let text = "";
  let length = 0;
  let gap = "";

  function words(node, from, found) {
    if (gap && length) {
      text += gap;
      length++;
    }
    const size = count(found);
    runs.push({ at: length, size, node, from, found });
    text += found;
    length += size;
    gap = "";
  }

  function read(node) {
    if (node.nodeType === 3) {
      for (const { 0: found, index } of node.data.matchAll(pieces)) {
        if (isSpace.test(found)) gap ||= " ";
        else words(node, index, found);
      }
    } else if (node.nodeType === 1) {
      const { localName: name } = node;
      const isBlock = blocks.has(name);
      if (isBlock) gap = "\n";
      else if (name === "br") gap ||= " ";
      if (!skipped.has(name) && !node.hasAttribute("data-ia-ui")) all(node);
      if (isBlock) gap = "\n";
    }
  }

  function all(parent) {
    for (let node = parent.firstChild; node; node = node.nextSibling) read(node);
  }
  all(root);

  /** Where in the run's node an offset is. A run without pairs is not looked into. */
  function place(run, offset) {
    const inside = Math.min(offset - run.at, run.size);
    return run.from + (run.size === run.found.length ? inside : units(run.found, inside));
  }

  /** Return the nodes and offsets of stretches in reading order, as `StaticRange` wants them: one pass. */
  function ranges(stretches) {
    let n = stretches.length ? Math.max(holds(runs, (run) => run.at <= stretches[0].start) - 1, 0) : 0;
    return stretches.map(({ start, end }) => {
      while (n + 1 < runs.length && runs[n + 1].at <= start) n++;
      const first = runs[n];
      while (n + 1 < runs.length && runs[n + 1].at < end) n++;
      const last = runs[n];
      const [startOffset, endOffset] = [place(first, start), place(last, end)];
      return { startContainer: first.node, startOffset, endContainer: last.node, endOffset };
    });
  }

  const range = (start, end) => ranges([{ start, end }])[0];

  /** Return the offset of a place in the page: before a gap, or behind it for the beginning of something. */
  function offset(node, inside, isStart) {
    const point = new Range();
    point.setStart(node, inside);
    const n = holds(runs, (run) => point.comparePoint(run.node, run.from) < 0);
    const run = runs[n - 1];
    if (!run) return 0;
    const used = node === run.node ? inside - run.from : run.found.length;
    if (used >= run.found.length) return isStart ? (runs[n]?.at ?? length) : run.at + run.size;
    return run.at + count(run.found.slice(0, used));
  }

  /** Return where a range begins and ends, without white space on either side. */
  function offsets({ startContainer, startOffset, endContainer, endOffset }) {
    let [start, end] = [offset(startContainer, startOffset, true), offset(endContainer, endOffset, false)];
    const letters = [...text];
    while (start < end && isSpace.test(letters[start])) start++;
    while (start < end && isSpace.test(letters[end - 1])) end--;
    return { start, end };
  }

  const slice = (start, end) => [...text].slice(Math.max(start, 0), end).join("");
  return { text, range, ranges, offset, offsets, slice };
}
