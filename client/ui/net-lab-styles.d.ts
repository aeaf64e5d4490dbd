/** Styles that come with a module which is loaded late. */
declare module '*.css';
