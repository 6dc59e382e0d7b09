#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# independent SSO blob maker: only hashlib/hmac from the library, DES-EDE3-CBC through the openssl program
import base64,hmac,hashlib,struct,subprocess,sys
def h(k,d): return hmac.new(k,d,hashlib.sha1).digest()
def derive(key,label):
    h1=h(key,label); h2=h(key,h1+label); h3=h(key,h1); h4=h(key,h3+label)
    return h2+h4[:4],(h1,h2,h3,h4)
def des3(key,iv,data):
    p=subprocess.run(['openssl','enc','-des-ede3-cbc','-nopad','-K',key.hex(),'-iv',iv.hex()],input=data,capture_output=True,check=True)
    return p.stdout
secret=bytes(range(24)); iv=bytes.fromhex('0102030405060708')
raw=bytes((7*i+3)&0xff for i in range(48)); nonce=base64.b64encode(raw)
assert len(nonce)==64
k2,t2=derive(secret,b'WS-SecureConversationSESSION KEY HASH')
k3,t3=derive(secret,b'WS-SecureConversationSESSION KEY ENCRYPTION')
mac=h(k2,nonce)
ct=des3(k3,iv,nonce+b'\x08'*8)
blob=struct.pack('<7I',28,1,0x6603,0x8004,8,20,72)+iv+mac+ct
print('secret_b64',base64.b64encode(secret).decode()); print('secret_hex',secret.hex())
print('nonce',nonce.decode()); print('iv',iv.hex())
for n,t in (('HASH',t2),('ENCRYPTION',t3)): print(n,'h1',t[0].hex(),'h2',t[1].hex(),'h3',t[2].hex(),'h4',t[3].hex())
print('key2',k2.hex()); print('key3',k3.hex()); print('hmac',mac.hex()); print('cipher',ct.hex())
print('len',len(blob)); print('blob_hex',blob.hex()); print('blob_b64',base64.b64encode(blob).decode())
# cross-checks against papyon and Escargot were run separately, see ../ns-modern.md 3.10
