import { describeCases } from "./check.js";
import { frameGroups } from "./frame-groups.js";

describeCases("frame modules", frameGroups);
