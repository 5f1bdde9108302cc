import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Orders } from './orders.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
try {
  const order = await app.get(Orders).place([
    { item: 'tea', price: 4, quantity: 2 },
    { item: 'cup', price: 7, quantity: 1 },
  ]);
  console.log(JSON.stringify(order));
} finally {
  await app.close();
}
