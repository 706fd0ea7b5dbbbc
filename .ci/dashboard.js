/* Run on the page by .ci/dashboard; it says in the title what it found. */
(() => {
  const fail = (text) => { throw new Error(text); };
  const is = (found, wanted, what) => { if (found !== wanted) fail(what + ": " + found + " instead of " + wanted); };
  const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
  const light = (text) => rgb(text).map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  try {
    const table = document.getElementById("calls");
    const rows = () => [...table.tBodies[0].rows];
    const all = rows().length;
    const buttons = [...table.tHead.rows[0].cells].map((cell) => cell.querySelector("button"));
    const values = (column) => rows().map((row) => Number(row.cells[column].dataset.v));
    const ordered = (list, sign) => list.every((value, i) => i === 0 || sign * (list[i - 1] - value) <= 0);
    if (all < 100) fail("only " + all + " rows");
    buttons[7].click();
    if (!ordered(values(7), -1)) fail("not sorted down by charge");
    is(table.tHead.rows[0].cells[7].getAttribute("aria-sort"), "descending", "aria-sort");
    buttons[7].click();
    if (!ordered(values(7), 1)) fail("not sorted up by charge");
    buttons[1].click();
    const names = rows().map((row) => row.cells[1].textContent);
    if (!names.every((name, i) => i === 0 || names[i - 1].localeCompare(name) <= 0)) fail("not sorted by user");
    const box = document.getElementById("filter");
    box.value = "ana REVIEW";
    box.dispatchEvent(new Event("input"));
    const shown = rows().filter((row) => !row.hidden);
    if (shown.length === 0 || shown.length === all) fail("the filter shows " + shown.length);
    if (!shown.every((row) => /ana/.test(row.textContent) && /review/.test(row.textContent))) fail("the filter shows others");
    is(document.getElementById("count").textContent, shown.length + " rows", "the count");
    box.value = "";
    box.dispatchEvent(new Event("input"));
    is(rows().filter((row) => !row.hidden).length, all, "rows without a filter");
    is(document.querySelectorAll("h1").length, 1, "first headings");
    for (const one of document.querySelectorAll("svg[role=img]")) {
      const label = one.getAttribute("aria-label") || document.getElementById(one.getAttribute("aria-labelledby"))?.textContent;
      if (!label) fail("a chart has no name");
    }
    for (const one of document.querySelectorAll("th")) if (!one.getAttribute("scope")) fail("a heading without a scope");
    for (const one of document.querySelectorAll("input")) if (!one.labels.length) fail("an input without a label");
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    is(new Set(ids).size, ids.length, "different ids");
    for (const one of buttons) { one.focus(); if (document.activeElement !== one) fail("a button cannot be reached by keyboard"); }
    const ground = getComputedStyle(document.body).backgroundColor;
    for (const name of ["body", ".note", "footer", "summary", "thead th", ".axis", ".legend", ".small"]) {
      const style = getComputedStyle(document.querySelector(name));
      const ratio = contrast(name === ".axis" ? style.fill : style.color, ground);
      if (ratio < 4.5) fail(name + " has a contrast of " + ratio.toFixed(2));
    }
    for (const look of ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "ok", "warn", "soft", "hard"]) {
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      mark.setAttribute("class", look);
      document.querySelector("svg.key").append(mark);
      const ratio = contrast(getComputedStyle(mark).fill, ground);
      if (ratio < 3) fail("the colour " + look + " has a contrast of " + ratio.toFixed(2));
    }
    if (document.documentElement.scrollWidth > innerWidth) fail("it is wider than the window");
    const scheme = light(ground) > 0.5 ? "light" : "dark";
    document.title = "passed " + scheme + " " + all + " rows sorted and filtered";
  } catch (error) {
    document.title = "failed: " + error.message;
  }
})();
