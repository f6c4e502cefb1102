// A map as every page has it: north up, with zoom and scale in the page's language.
import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl, type MapOptions } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { t } from '../words/words.svelte';
import './controls.css';

setWorkerUrl(workerUrl);

/** Makes a map whose canvas bears a title; throws where the browser draws none. */
export function createMap(container: HTMLElement, title: string, options: Omit<MapOptions, 'container' | 'locale'>): MapLibre {
  const m = new MapLibre({
    container, attributionControl: false, dragRotate: false, pitchWithRotate: false, ...options,
    locale: {
      'NavigationControl.ZoomIn': t('web.map.zoomIn'), 'NavigationControl.ZoomOut': t('web.map.zoomOut'), 'Map.Title': title,
      'ScaleControl.Kilometers': 'km', 'ScaleControl.Meters': 'm',
    },
  });
  m.touchZoomRotate.disableRotation();
  m.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  m.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
  return m;
}
