import "htmx.org";
import "./forms.js";
import "./lists.js";
import "./menus.js";
import "./now.js";
