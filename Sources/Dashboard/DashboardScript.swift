/// The script of a dashboard: it sorts and filters the table of calls, and on a live page looks for news. The page says
/// everything without it.
enum DashboardScript {
  static let text = """
    "use strict";
    (() => {
      const state = { column: -1, down: true, words: "" };
      const byId = (id) => document.getElementById(id);
      const key = (row, column) => {
        const cell = row.cells[column];
        return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
      };
      const sort = () => {
        const table = byId("calls");
        if (!table || state.column < 0) return;
        const rows = [...table.tBodies[0].rows];
        const sign = state.down ? -1 : 1;
        rows.sort((a, b) => {
          const x = key(a, state.column), y = key(b, state.column);
          return sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)));
        });
        table.tBodies[0].append(...rows);
        [...table.tHead.rows[0].cells].forEach((cell, index) => cell.setAttribute("aria-sort",
          index === state.column ? (state.down ? "descending" : "ascending") : "none"));
      };
      const filter = () => {
        const table = byId("calls");
        if (!table) return;
        const words = state.words.toLowerCase().split(/\\s+/).filter(Boolean);
        let shown = 0;
        for (const row of table.tBodies[0].rows) {
          const text = [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
          row.hidden = !words.every((word) => text.includes(word));
          if (!row.hidden) shown += 1;
        }
        byId("count").textContent = shown + (shown === 1 ? " row" : " rows");
      };
      const bind = () => {
        const table = byId("calls");
        if (!table) return;
        [...table.tHead.rows[0].cells].forEach((cell, index) => {
          cell.firstElementChild.addEventListener("click", () => {
            state.down = state.column === index ? !state.down : cell.classList.contains("n") || index === 0;
            state.column = index;
            sort();
          });
        });
        const box = byId("filter");
        box.value = state.words;
        box.addEventListener("input", () => { state.words = box.value; filter(); });
        sort();
        if (state.words) filter();
      };
      bind();
      if (!("live" in document.documentElement.dataset)) return;
      const look = async () => {
        try {
          if (!document.hidden && !(document.activeElement && document.activeElement.id === "filter")) {
            const reply = await fetch(location.href, { cache: "no-store" });
            if (reply.ok) {
              const page = new DOMParser().parseFromString(await reply.text(), "text/html");
              const open = [...document.querySelectorAll("details")].map((one) => one.open);
              const scrolls = [...document.querySelectorAll(".scroll")].map((one) => one.scrollTop);
              byId("main").replaceWith(page.getElementById("main"));
              [...document.querySelectorAll("details")].forEach((one, index) => { one.open = Boolean(open[index]); });
              bind();
              [...document.querySelectorAll(".scroll")].forEach((one, index) => { one.scrollTop = scrolls[index] || 0; });
            }
          }
        } catch { /* The server was ended: what is shown stays. */ }
        setTimeout(look, 5000);
      };
      setTimeout(look, 5000);
    })();

    """
}
