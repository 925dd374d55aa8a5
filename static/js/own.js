import "./elements/key-row.js";
import "./elements/photo-field.js";
import "./elements/zone-menu.js";
