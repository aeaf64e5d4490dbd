/** Why the shard cannot start; its message is the sentence that the user reads. */
export class StartFailure extends Error {}
