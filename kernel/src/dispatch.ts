/** What `hooks.ts` takes from tapable: a module of its own, so that it is imported by the first hook that fires. */
export { AsyncParallelHook, AsyncSeriesBailHook, AsyncSeriesWaterfallHook } from 'tapable';
