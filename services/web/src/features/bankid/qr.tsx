// The QR code of this second. The server makes its text; here it is only drawn, dark on light in every colour scheme. Loaded by
// itself: nobody needs it before they have chosen the other device.
import { memo } from "react";
import { encode } from "uqr";

interface QrProps {
  text: string;
  label: string;
}

export default memo(function Qr({ text, label }: QrProps) {
  const { data, size } = encode(text, { ecc: "L", border: 3 });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path.join("")} fill="#000" />
    </svg>
  );
});
