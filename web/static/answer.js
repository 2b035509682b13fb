// Adds a button that copies to each text with data-copy.

for (const text of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // not over plain HTTP
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button second noprint";
  button.textContent = text.dataset.copy;
  button.setAttribute("aria-describedby", text.id);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trim());
    status.textContent = text.dataset.copied;
    button.textContent = text.dataset.copied;
    setTimeout(() => { button.textContent = text.dataset.copy; status.textContent = ""; }, 3000);
  });
  const status = document.createElement("span");
  status.className = "unseen";
  status.setAttribute("role", "status");
  text.after(button, status);
}
