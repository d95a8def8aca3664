// Publishes the demo's products as their insurers would, with their own certificates. A second start finds them and sends
// nothing: what somebody has changed since stays.

import { insurerClient } from './demo-feeds.ts';
import { PUBLISHED_PRODUCTS } from './demo-products.ts';
import { ALL_DEMO_INSURERS } from './insurers.ts';
import type { DemoPaths } from './paths.ts';

export async function publishDemoProducts(paths: DemoPaths, operatorUrl: string): Promise<void> {
  for (const { amcNo } of ALL_DEMO_INSURERS) {
    const client = await insurerClient(paths, operatorUrl, amcNo);
    try {
      const known = (await client.send('GET', '/v1/products')).body['products'] as
        | { code: string }[]
        | undefined;
      for (const { code, ...body } of PUBLISHED_PRODUCTS) {
        if (known?.some((one) => one.code === code)) continue;
        const { status, body: said } = await client.send('PUT', `/v1/products/${code}`, body);
        // A platform that was cut before this start takes no changes: what it knew already still counts.
        if (status !== 200 && status !== 503) throw new Error(`product ${code}: ${JSON.stringify(said)}`);
      }
    } finally {
      client.close();
    }
  }
}
