import htmx from "htmx.org";
import "./forms.js";
import "./lists.js";
import "./menus.js";
import "./now.js";

// Page scripts are bundles of their own and share this one copy.
window.htmx = htmx;
