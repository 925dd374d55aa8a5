import "./elements/photo-field.js";
import "./elements/zone-menu.js";
