/* The page works without any of this. */
import "./live.js";
import "./posting.js";
import "./reading.js";
import "./votes.js";
