// The modules of every page of the app; a page's own module is loaded beside this one.
import "./zone.js";
import "./rows.js";
import "./keys.js";
import "./acting.js";
import "./composer.js";
import "./live.js";
import "./pane.js";
import "./palette.js";
import "./swipe.js";
import "./offline.js";
