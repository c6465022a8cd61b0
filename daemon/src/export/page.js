const find = document.getElementById("find"), found = document.getElementById("found");
const sections = [...document.querySelectorAll("section")].map(section => ({
  section, head: section.querySelector("h2").textContent.toLowerCase(),
  rows: [...section.querySelectorAll("tbody tr")].map(row => ({ row, text: row.textContent.toLowerCase() })),
}));
function search() {
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
  found.textContent = words.length ? count + (count === 1 ? " field" : " fields") : "";
}
find.addEventListener("input", () => {
  search();
  history.replaceState(null, "", find.value ? "#find=" + encodeURIComponent(find.value) : "#");
});
// A link may carry what is to be found.
find.value = new URLSearchParams(location.hash.slice(1)).get("find") ?? "";
search();
