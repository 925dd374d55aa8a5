import "./elements/key-row.js";
import "./elements/news-choice.js";
import "./elements/photo-field.js";
import "./elements/zone-menu.js";
