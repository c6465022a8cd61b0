const find = document.getElementById("find"), found = document.getElementById("found");
const sections = [...document.querySelectorAll("section")].map(section => ({
  section, head: section.querySelector("h2").textContent.toLowerCase(),
  rows: [...section.querySelectorAll("tbody tr")].map(row => ({ row, text: row.textContent.toLowerCase() })),
}));
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { section, head, rows } of sections) {
    let any = false;
    for (const { row, text } of rows) {
      const fits = words.every(word => text.includes(word) || head.includes(word));
      row.hidden = !fits;
      any = any || fits;
      count += fits ? 1 : 0;
    }
    section.hidden = !any && words.length > 0;
  }
  found.textContent = words.length ? count + " fields" : "";
});
