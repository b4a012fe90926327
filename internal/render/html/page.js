"use strict";

// Search, filters and the theme. The page is complete without this script: it
// only hides rooms and opens them, and shows its controls once it runs.
(() => {
  const byID = (id) => document.getElementById(id);
  const rooms = Array.from(document.querySelectorAll("article.op"));
  const filters = Array.from(document.querySelectorAll("button.filter"));
  const search = byID("search");

  for (const controls of document.querySelectorAll(".js")) controls.hidden = false;

  themes(byID("theme"));
  if (search) filtering();
  printing();

  // filtering shows the rooms that match the search and the pressed filters,
  // and keeps both in the address, so that a link shows the same.
  function filtering() {
    let index = null; // what is searched, one text for each room; made when first needed
    let pending = 0;

    const texts = () => rooms.map((room) =>
      Array.from(room.querySelectorAll("summary, tbody, .long"), (found) => found.textContent).join("\n").toLowerCase());

    function show() {
      clearTimeout(pending);
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const pressed = new Set(filters.filter(isPressed).map((button) => button.dataset.word));
      if (words.length > 0) index ??= texts();
      let shown = 0;
      rooms.forEach((room, i) => {
        const matches = (pressed.size === 0 || pressed.has(room.dataset.word)) && words.every((word) => index[i].includes(word));
        if (room.hidden === matches) room.hidden = !matches;
        if (matches) shown++;
      });
      byID("status").textContent = `${shown} of ${rooms.length} ${rooms.length === 1 ? "room" : "rooms"} shown`;
      byID("none").hidden = shown > 0;
    }

    // remember writes the state into the address without adding to the history.
    function remember() {
      const state = new URLSearchParams();
      const pressed = filters.filter(isPressed).map((button) => button.dataset.word);
      if (pressed.length > 0) state.set("action", pressed.join(","));
      if (search.value.trim() !== "") state.set("q", search.value.trim());
      const hash = state.size > 0 ? "#" + String(state).replaceAll("%2C", ",") : "";
      if (hash === location.hash) return;
      try {
        history.replaceState(null, "", hash || location.pathname + location.search);
      } catch {
        // A page without an address of its own, such as in a preview, has none to keep.
      }
    }

    // recall takes the state from the address; a place in the page is none.
    function recall() {
      if (location.hash !== "" && !location.hash.includes("=")) return;
      const state = new URLSearchParams(location.hash.slice(1));
      const pressed = (state.get("action") ?? "").split(",");
      for (const button of filters) press(button, pressed.includes(button.dataset.word));
      search.value = state.get("q") ?? "";
      show();
    }

    function update() {
      show();
      remember();
    }

    search.addEventListener("input", () => {
      clearTimeout(pending);
      pending = setTimeout(update, 90);
    });
    for (const button of filters) {
      button.addEventListener("click", () => {
        press(button, !isPressed(button));
        update();
      });
    }
    byID("reset").addEventListener("click", () => {
      search.value = "";
      for (const button of filters) press(button, false);
      update();
      search.focus();
    });
    byID("expand").addEventListener("click", () => fold(true));
    byID("collapse").addEventListener("click", () => fold(false));
    addEventListener("hashchange", recall);
    recall();
  }

  function isPressed(button) {
    return button.getAttribute("aria-pressed") === "true";
  }

  function press(button, on) {
    button.setAttribute("aria-pressed", String(on));
  }

  // fold opens or closes the rooms that are shown.
  function fold(open) {
    for (const room of rooms) {
      if (!room.hidden) room.firstElementChild.open = open;
    }
  }

  // themes lets a button go through the system's theme, light and dark.
  function themes(button) {
    const order = ["auto", "light", "dark"];
    const use = (theme) => {
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      button.textContent = "Theme: " + theme;
    };
    let theme = recalled();
    use(theme);
    button.addEventListener("click", () => {
      theme = order[(order.indexOf(theme) + 1) % order.length];
      use(theme);
      try {
        localStorage.setItem("roomsync-theme", theme);
      } catch {
        // Without storage the choice holds until the page is closed.
      }
    });
    function recalled() {
      try {
        const kept = localStorage.getItem("roomsync-theme");
        return order.includes(kept) ? kept : "auto";
      } catch {
        return "auto";
      }
    }
  }

  // printing opens what is folded, for browsers whose stylesheets cannot, and
  // folds it again afterwards.
  function printing() {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = Array.from(document.querySelectorAll("details:not([open])"));
      for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
      opened = [];
    });
  }
})();
