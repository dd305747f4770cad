/** How somebody learns; decides how far their course goes. */
export type Persona = 'explorer' | 'casual' | 'steady' | 'intense' | 'staff';
