import { describeCases } from "./check.js";
import { transposeGroups } from "./transpose-groups.js";

describeCases("transposes, crops and grouped units", transposeGroups);
