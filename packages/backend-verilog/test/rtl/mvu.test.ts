import { describeCases } from "./check.js";
import { mvuGroups } from "./mvu-groups.js";

describeCases("gf_mvu", mvuGroups);
