(() => {
  const tip = document.getElementById("tip");
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const marksOf = id => document.querySelectorAll(`mark[data-m~="${id}"]`);
  const escape = text => String(text).replace(/[&<>]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  function show(mark) {
    hide();
    const ids = (mark.dataset.m || "").split(" ").filter(Boolean);
    if (!ids.length) return;
    tip.innerHTML = ids.map(id => {
      const [metric, number, unit, written] = facts[id];
      return `<div>${escape(metric)} = <b>${escape(number)}</b> ${escape(unit)}<br><small>原文 ${escape(written)}</small></div>`;
    }).join("");
    ids.forEach(id => marksOf(id).forEach(m => m.classList.add("linked")));
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8)) + scrollX + "px";
    tip.style.top = box.bottom + 6 + scrollY + "px";
  }
  function hide() {
    tip.hidden = true;
    document.querySelectorAll("mark.linked").forEach(m => m.classList.remove("linked"));
  }
  for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(on, e => { const mark = e.target.closest("article mark"); if (mark) show(mark); });
    document.addEventListener(off, e => { if (e.target.closest("article mark")) hide(); });
  }
  document.querySelectorAll("button.chip").forEach(button => button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    document.querySelectorAll("button.chip").forEach(b => b.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", String(on));
    document.querySelectorAll("[data-topic]").forEach(el => el.classList.toggle("filtered", on && el.dataset.topic !== button.value));
  }));
  document.getElementById("raw").addEventListener("change", e => {
    document.body.classList.toggle("raw", e.target.checked);
    document.querySelectorAll(".dropped").forEach(el => { el.hidden = !e.target.checked; });
  });
})();
