/** Why a run of an experiment enters none of its results. */
export const OTHER_DATA = 'read other data than the experiment was made with';
