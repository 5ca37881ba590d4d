/* The page works without any of this. */
import "./posting.js";
import "./reading.js";
import "./votes.js";
